#include "hosts/cli/raw_messages.h"

#include <algorithm>
#include <numeric>

#include "core/fix/pretty.h"
#include "core/fix/secrets.h"
#include "hosts/cli/source.h"

namespace assay::cli {
namespace {

class Reader {
  public:
    explicit Reader(const std::string& file) {
        if (auto source = open_source(file == "standard input" ? "-" : file))
            source_ = std::move(*source);
    }

    // Places must come in order; they may overlap, for a message can be told twice.
    std::string at(const Place& place) {
        if (source_ == nullptr || place.length == 0) return {};
        if (place.offset == last_.offset && place.length == last_.length) return bytes_;
        if (place.offset < at_ || !skip(place.offset - at_)) return {};
        bytes_.assign(place.length, '\0');
        last_ = place;
        if (!fill({bytes_.data(), bytes_.size()})) bytes_.clear();
        return bytes_;
    }

  private:
    bool fill(std::span<char> into) {
        while (!into.empty()) {
            const auto got = source_->read(into);
            if (!got || *got == 0) return false;
            at_ += *got;
            into = into.subspan(*got);
        }
        return true;
    }
    bool skip(std::uint64_t n) {
        skipped_.resize(kReadChunk);
        for (; n > 0;) {
            const auto part = std::min<std::uint64_t>(n, skipped_.size());
            if (!fill({skipped_.data(), part})) return false;
            n -= part;
        }
        return true;
    }

    std::unique_ptr<Source> source_;
    std::uint64_t at_{};
    std::vector<char> skipped_;
    Place last_{};
    std::string bytes_;
};

}  // namespace

std::vector<std::string> raw_messages(const std::vector<Place>& places,
                                      const std::vector<std::string>& files) {
    std::vector<std::string> out(places.size());
    std::vector<std::size_t> order(places.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return std::pair(places[a].file, places[a].offset) <
               std::pair(places[b].file, places[b].offset);
    });
    std::optional<std::uint32_t> file;
    std::optional<Reader> reader;
    for (const std::size_t i : order) {
        if (places[i].file >= files.size()) continue;
        if (file != places[i].file) reader.emplace(files[places[i].file]);
        file = places[i].file;
        std::string bytes = reader->at(places[i]);
        if (bytes.empty()) continue;
        // Printed for people, a field a line: shown as the message that it stands for.
        if (const auto fix_at = bytes.find("FIX"); fix_at != bytes.npos)
            if (const auto pretty = fix::pretty_start(bytes, fix_at)) {
                std::string rewritten;
                fix::rewrite_pretty(std::string_view(bytes).substr(pretty->lines), pretty->form,
                                    rewritten);
                bytes = std::move(rewritten);
            }
        const char delimiter = bytes.find('\x01') != std::string::npos ? '\x01' : '|';
        out[i] = fix::mask_secrets(bytes, delimiter);
        std::replace(out[i].begin(), out[i].end(), '\x01', '|');
    }
    return out;
}

std::string type_of(const std::string& raw) {
    const auto type = raw.find("|35=");
    if (type == std::string::npos) return {};
    return raw.substr(type + 4, raw.find('|', type + 1) - type - 4);
}

}  // namespace assay::cli
