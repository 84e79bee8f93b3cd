// Sessions over TLS, with certificates that are made on the spot.
#include <filesystem>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hosts/fixnet/raw_peer.h"
#include "hosts/fixnet/testkit.h"

namespace assay::fixnet {

namespace {

using namespace testkit;

enum class Keys { rsa, ec };

// A certificate authority in a folder.
class Authority {
  public:
    explicit Authority(const std::string& name, Keys keys = Keys::ec) : keys_(keys) {
        char folder[] = "/tmp/assay_fixnet_tls_XXXXXX";
        folder_ = ::mkdtemp(folder);
        key_ = made_key();
        certificate_ = made(name, key_, nullptr, nullptr, "CA:TRUE", "");
        write(folder_ + "/ca.pem", certificate_);
    }
    ~Authority() {
        X509_free(certificate_);
        EVP_PKEY_free(key_);
        std::filesystem::remove_all(folder_);
    }
    Authority(const Authority&) = delete;
    Authority& operator=(const Authority&) = delete;

    std::string authorities() const { return folder_ + "/ca.pem"; }
    // Writes NAME.pem and NAME.key; `names` as in subjectAltName.
    Tls issue(const std::string& name, const std::string& names = "IP:127.0.0.1") const {
        EVP_PKEY* key = made_key();
        X509* certificate = made(name, key, certificate_, key_, "CA:FALSE", names);
        Tls tls;
        tls.on = true;
        tls.certificate = folder_ + "/" + name + ".pem";
        tls.key = folder_ + "/" + name + ".key";
        write(tls.certificate, certificate);
        FILE* file = std::fopen(tls.key.c_str(), "w");
        PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
        std::fclose(file);
        ::chmod(tls.key.c_str(), 0600);
        X509_free(certificate);
        EVP_PKEY_free(key);
        return tls;
    }
    Tls trusted() const { return {.on = true, .authorities = authorities()}; }

  private:
    EVP_PKEY* made_key() const {
        return keys_ == Keys::rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");
    }
    static void add(X509* to, X509* issuer, int what, const std::string& text) {
        if (text.empty()) return;
        X509V3_CTX context;
        X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
        X509_EXTENSION* e = X509V3_EXT_conf_nid(nullptr, &context, what, text.c_str());
        ASSERT_NE(e, nullptr) << text;
        X509_add_ext(to, e, -1);
        X509_EXTENSION_free(e);
    }
    static X509* made(const std::string& name, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key,
                      const char* constraints, const std::string& names) {
        static long serial = 1;
        X509* x = X509_new();
        X509_set_version(x, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(x), serial++);
        X509_gmtime_adj(X509_getm_notBefore(x), -3600);
        X509_gmtime_adj(X509_getm_notAfter(x), 3600);
        X509_set_pubkey(x, key);
        X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
        X509_set_issuer_name(x, X509_get_subject_name(issuer == nullptr ? x : issuer));
        add(x, issuer == nullptr ? x : issuer, NID_basic_constraints,
            std::string("critical,") + constraints);
        add(x, issuer == nullptr ? x : issuer, NID_subject_alt_name, names);
        X509_sign(x, issuer_key == nullptr ? key : issuer_key, EVP_sha256());
        return x;
    }
    static void write(const std::string& path, X509* certificate) {
        FILE* file = std::fopen(path.c_str(), "w");
        PEM_write_X509(file, certificate);
        std::fclose(file);
    }

    Keys keys_;
    std::string folder_;
    EVP_PKEY* key_;
    X509* certificate_;
};

struct Ends {
    Recorder in, out;
    std::unique_ptr<Net> server, client;

    Ends(const Tls& server_tls, const Tls& client_tls) {
        SessionSpec a = acceptor();
        a.tls = server_tls;
        auto listening = Net::open({a}, in);
        EXPECT_TRUE(listening) << listening.error().text();
        server = std::move(*listening);
        server->start();
        SessionSpec b = initiator(server->port(0));
        b.tls = client_tls;
        auto calling = Net::open({b}, out);
        EXPECT_TRUE(calling) << calling.error().text();
        client = std::move(*calling);
        client->start();
    }
    ~Ends() { client->stop(); }
};

}  // namespace

TEST(Tls, carries_sessions_with_rsa_and_with_ec_keys) {
    for (const Keys keys : {Keys::rsa, Keys::ec}) {
        const Authority ca("CA", keys);
        Ends e(ca.issue("server"), ca.trusted());
        ASSERT_TRUE(e.in.is_up(0));
        ASSERT_TRUE(e.out.is_up(0));
        for (int i = 0; i < 2'000; ++i)
            ASSERT_TRUE(e.client->send(0, message("D", fmt::format("11=C{}|", i))));
        ASSERT_TRUE(e.server->send(0, message("8", "17=E|58=" + std::string(60'000, 'x') + "|")));
        EXPECT_TRUE(e.in.has(0, false, "D", 2'000));
        EXPECT_TRUE(e.out.has(0, false, "8"));
        e.client->stop("done");
        EXPECT_EQ(e.in.last_down(0), "the other side logged out: done");
        EXPECT_EQ(e.in.wire(0, false), e.out.wire(0, true));
    }
}

TEST(Tls, a_server_that_nobody_vouches_for_is_not_talked_to) {
    const Authority ca("CA"), other("CA");
    Ends e(ca.issue("server"), other.trusted());
    EXPECT_TRUE(e.out.said("its certificate is not accepted"));
    EXPECT_TRUE(e.out.wire(0, true).empty());
}

TEST(Tls, a_server_with_another_name_is_not_talked_to) {
    const Authority ca("CA");
    Ends e(ca.issue("server", "DNS:elsewhere.example"), ca.trusted());
    EXPECT_TRUE(e.out.said("its certificate is not accepted: IP address mismatch"));
    Tls named = ca.trusted();
    named.server_name = "elsewhere.example";
    Ends known(ca.issue("server", "DNS:elsewhere.example"), named);
    EXPECT_TRUE(known.out.is_up(0));
}

TEST(Tls, a_client_without_a_certificate_is_refused_where_one_is_asked_for) {
    const Authority ca("CA");
    Tls asking = ca.issue("server");
    asking.authorities = ca.authorities();
    {
        Ends e(asking, ca.trusted());
        EXPECT_TRUE(e.in.said("is refused: TLS with"));
        EXPECT_TRUE(e.in.wire(0, false).empty());
    }
    Tls known = ca.issue("client", "DNS:client.example");
    known.authorities = ca.authorities();
    Ends e(asking, known);
    EXPECT_TRUE(e.in.is_up(0));
    EXPECT_TRUE(e.out.is_up(0));
}

TEST(Tls, who_talks_plainly_to_it_is_refused) {
    const Authority ca("CA");
    Recorder in;
    SessionSpec spec = acceptor();
    spec.tls = ca.issue("server");
    auto net = Net::open({spec}, in);
    ASSERT_TRUE(net) << net.error().text();
    (*net)->start();
    RawPeer peer((*net)->port(0), "FIX.4.4", "OMS", "DESK");
    peer.say("A", 1, "98=0|108=30|");
    EXPECT_TRUE(peer.is_hung_up());
    EXPECT_TRUE(in.said("is refused: TLS with"));
    EXPECT_TRUE(in.wire(0, false).empty());
}

TEST(Tls, keys_and_certificates_that_cannot_be_used_are_named) {
    const Authority ca("CA");
    Recorder in;
    SessionSpec spec = acceptor();
    const auto refused = [&] {
        const auto net = Net::open({spec}, in);
        return net ? std::string() : net.error().text();
    };
    spec.tls = ca.issue("server");
    ::chmod(spec.tls.key.c_str(), 0644);
    EXPECT_EQ(refused(),
              fmt::format("session in: tls.key {0} can be read by everybody: chmod o= {0}",
                          spec.tls.key));
    ::chmod(spec.tls.key.c_str(), 0600);
    const std::string certificate = spec.tls.certificate;
    spec.tls.certificate = "/nowhere/server.pem";
    EXPECT_TRUE(
        refused().starts_with("session in: tls.certificate /nowhere/server.pem cannot be used: "));
    spec.tls.certificate = ca.issue("another").certificate;
    EXPECT_TRUE(refused().contains("key values mismatch")) << refused();
}

}  // namespace assay::fixnet
