#include "hosts/people/password.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>
#include <sodium.h>

namespace assay::people {

namespace {

// Has it been started? Once for the process.
bool sodium() {
    static const bool ready = sodium_init() >= 0;
    return ready;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return out;
}

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u;
    }));
}

// "abcabcabcabcabc", "aaaaaaaaaaaaaaa".
bool repeats(std::string_view text) {
    for (std::size_t period = 1; period <= 6 && 2 * period <= text.size(); ++period)
        if (text.substr(period) == text.substr(0, text.size() - period)) return true;
    return false;
}

// What is left of it without what everybody's password is made of. Words of the product are among
// them: whoever tries to get in knows what it is called.
std::string without_words(std::string text, std::string_view name) {
    static constexpr std::array<std::string_view, 48> kWords = {"password",
                                                                "passphrase",
                                                                "passwort",
                                                                "passw0rd",
                                                                "p@ssw0rd",
                                                                "p@ssword",
                                                                "letmein",
                                                                "welcome",
                                                                "changeme",
                                                                "iloveyou",
                                                                "qwertyuiop",
                                                                "qwertz",
                                                                "qwerty",
                                                                "azerty",
                                                                "asdfghjkl",
                                                                "zxcvbnm",
                                                                "1q2w3e4r5t6y7u8i9o0p",
                                                                "1q2w3e4r5t6y",
                                                                "1q2w3e4r",
                                                                "1qaz2wsx3edc4rfv",
                                                                "1qaz2wsx",
                                                                "q1w2e3r4",
                                                                "zaq12wsx",
                                                                "administrator",
                                                                "admin",
                                                                "secret",
                                                                "default",
                                                                "football",
                                                                "baseball",
                                                                "princess",
                                                                "sunshine",
                                                                "superman",
                                                                "batman",
                                                                "monkey",
                                                                "dragon",
                                                                "master",
                                                                "trustno",
                                                                "whatever",
                                                                "abcdefghijklmnopqrstuvwxyz",
                                                                "abcdefgh",
                                                                "abcdef",
                                                                "assay",
                                                                "liquidity",
                                                                "provider",
                                                                "trading",
                                                                "trader",
                                                                "console",
                                                                "desk"};
    const auto strike = [&](std::string_view word) {
        if (word.size() < 3) return;
        for (std::size_t at = text.find(word); at != text.npos; at = text.find(word))
            text.erase(at, word.size());
    };
    strike(lower(name));
    for (const std::string_view word : kWords) strike(word);
    return text;
}

// Of four in a row that go up or down by one, or stay: "1234", "dcba", "0000", three do not count.
std::size_t without_runs(std::string_view text) {
    std::size_t n = text.size();
    for (std::size_t i = 0; i + 3 < text.size();) {
        const int step = text[i + 1] - text[i];
        std::size_t end = i + 1;
        while (end + 1 < text.size() && text[end + 1] - text[end] == step) ++end;
        if (std::abs(step) <= 1 && end - i >= 3) n -= end - i;
        i = end;
    }
    return n;
}

}  // namespace

Result<std::string> hashed(std::string_view password, PasswordCost cost) {
    std::array<char, crypto_pwhash_STRBYTES> out{};
    if (!sodium() ||
        crypto_pwhash_str_alg(out.data(), password.data(), password.size(), cost.passes,
                              cost.memory, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return fail("a password could not be hashed: there is no memory for it");
    return std::string(out.data());
}

bool matches(const std::string& hash, std::string_view password) {
    return sodium() && hash.size() < crypto_pwhash_STRBYTES &&
           crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool of_another_cost(const std::string& hash, PasswordCost cost) {
    return !sodium() || crypto_pwhash_str_needs_rehash(hash.c_str(), cost.passes, cost.memory) != 0;
}

std::string wrong_with(std::string_view password, std::string_view name) {
    const std::size_t n = characters(password);
    if (n < kLeastPassword)
        return fmt::format("it has {} characters; at least {} are needed, and four words will do",
                           n, kLeastPassword);
    if (n > kMostPassword) return fmt::format("it is longer than {} characters", kMostPassword);
    const std::string small = lower(password);
    if (repeats(small)) return "it repeats the same few characters";
    if (std::set<char>(small.begin(), small.end()).size() < 6)
        return "it is made of fewer than six different characters";
    if (without_runs(without_words(small, name)) < 8)
        return "it is little more than words and rows of keys that are tried first";
    return {};
}

std::string random_password() {
    // Without 0 O o, 1 I l.
    static constexpr std::string_view kAlphabet =
        "23456789abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";
    std::string out;
    for (int i = 0; sodium() && i < 24; ++i) {
        if (i > 0 && i % 6 == 0) out += '-';
        out += kAlphabet[randombytes_uniform(static_cast<std::uint32_t>(kAlphabet.size()))];
    }
    return out;
}

std::string random_token() {
    std::array<unsigned char, 32> bytes{};
    if (sodium()) randombytes_buf(bytes.data(), bytes.size());
    std::string out;
    for (const unsigned char b : bytes) out += fmt::format("{:02x}", b);
    return out;
}

std::string sha256(std::string_view bytes) {
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()),
                       bytes.size());
    std::string out;
    out.reserve(2 * digest.size());
    for (const unsigned char b : digest) {
        out += "0123456789abcdef"[b >> 4];
        out += "0123456789abcdef"[b & 15];
    }
    return out;
}

}  // namespace assay::people
