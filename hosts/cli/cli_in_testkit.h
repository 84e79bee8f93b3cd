// For the tests of what comes in: a folder of their own, gzip, and a reader to the end.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <optional>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>
#include <zlib.h>

#include "hosts/cli/source.h"

namespace assay::testkit {

// A new folder, removed at the end.
class Folder {
  public:
    Folder() {
        char name[] = "/tmp/assay_cli_in_XXXXXX";
        path_ = ::mkdtemp(name);
        ::chmod(path_.c_str(), 0755);
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::string write(const std::string& name, const std::string& content) const {
        const std::filesystem::path file = std::filesystem::path(path_) / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << content;
        return file.string();
    }
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

// Root may read everything, so that tests of rights step down for a while.
class AsNobody {
  public:
    AsNobody() : was_(::geteuid()) {
        if (was_ == 0 && ::seteuid(65534) != 0) ADD_FAILURE() << "cannot step down from root";
    }
    ~AsNobody() {
        if (was_ == 0 && ::seteuid(0) != 0) std::abort();
    }
    AsNobody(const AsNobody&) = delete;
    AsNobody& operator=(const AsNobody&) = delete;

  private:
    uid_t was_;
};

inline std::string gzipped(const std::string& plain) {
    z_stream stream{};
    EXPECT_EQ(::deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string packed(::deflateBound(&stream, plain.size()) + 32, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    EXPECT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
    packed.resize(packed.size() - stream.avail_out);
    ::deflateEnd(&stream);
    return packed;
}

struct ReadAll {
    std::string bytes, error;
};
inline ReadAll read_all(Source& source, std::size_t step = 7919) {
    ReadAll all;
    std::string piece(step, '\0');
    for (;;) {
        const Result<std::size_t> n = source.read(piece);
        if (!n) {
            all.error = n.error().text();
            return all;
        }
        if (*n == 0) return all;
        all.bytes.append(piece, 0, *n);
    }
}

inline std::string file_content(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream content;
    content << in.rdbuf();
    return content.str();
}

// Where recorded data lies; empty, and the test skipped or failed by name, where it does not.
inline std::string test_data() {
    const char* given = std::getenv("ASSAY_TEST_DATA");
    const std::string path = given ? given : std::string(ASSAY_SOURCE_DIR) + "/../shared/data";
    return std::filesystem::is_directory(path) ? path : std::string();
}
inline bool data_required() {
    const char* required = std::getenv("ASSAY_REQUIRE_DATA");
    return required && std::string(required) == "1";
}

}  // namespace assay::testkit

#define ASSAY_NEEDS_DATA(path)                                                       \
    do {                                                                             \
        if (!std::filesystem::exists(path)) {                                        \
            if (assay::testkit::data_required()) FAIL() << "missing data: " << path; \
            GTEST_SKIP() << "missing data: " << path;                                \
        }                                                                            \
    } while (false)
