#include "hosts/cli/source.h"

#include "hosts/cli/cli_in_testkit.h"

namespace assay {
namespace {

using testkit::AsNobody;
using testkit::Folder;
using testkit::gzipped;
using testkit::read_all;

std::string lines(std::size_t n) {
    std::string all;
    for (std::size_t i = 0; i < n; ++i) all += "line " + std::to_string(i * 7919) + "\n";
    return all;
}

TEST(Source, gives_the_bytes_of_a_file_plain_or_packed_whatever_its_name) {
    const Folder folder;
    const std::string content = lines(200'000);  // more than two chunks
    struct {
        const char* name;
        std::string bytes;
        const char* packing;
    } cases[] = {
        {"plain.log", content, ""},
        {"packed.gz", gzipped(content), "gzip"},
        {"packed_without_the_name.log", gzipped(content), "gzip"},
        {"plain_with_the_name.gz", content, ""},
        {"two_members.gz", gzipped(content.substr(0, 999)) + gzipped(content.substr(999)), "gzip"},
        {"an_empty_member.gz", gzipped("") + gzipped(content), "gzip"},
        {"zero_padding.gz", gzipped(content) + std::string(512, '\0'), "gzip"},
    };
    for (const auto& c : cases) {
        const std::string path = folder.write(c.name, c.bytes);
        const auto source = open_source(path);
        ASSERT_TRUE(source) << c.name;
        EXPECT_EQ((*source)->packing(), c.packing) << c.name;
        EXPECT_EQ((*source)->size_hint(), c.bytes.size()) << c.name;
        const testkit::ReadAll all = read_all(**source);
        EXPECT_EQ(all.error, "") << c.name;
        EXPECT_TRUE(all.bytes == content) << c.name;
        EXPECT_EQ((*source)->bytes_read(), content.size()) << c.name;
        EXPECT_EQ((*source)->raw_bytes_read(), c.bytes.size()) << c.name;
    }
}

TEST(Source, empty_files_are_empty) {
    const Folder folder;
    for (const std::string& bytes : {std::string(), gzipped("")}) {
        const auto source = open_source(folder.write("empty", bytes));
        ASSERT_TRUE(source);
        EXPECT_EQ(read_all(**source).bytes, "");
    }
}

TEST(Source, a_truncated_gzip_delivers_what_is_there_and_then_says_where_it_ends) {
    const std::string content = lines(20'000), packed = gzipped(content);
    for (const std::size_t cut : {std::size_t{3}, std::size_t{17}, packed.size() / 2,
                                  packed.size() - 9, packed.size() - 1}) {
        const auto source = unpacked(memory_source("log.gz", packed.substr(0, cut)));
        ASSERT_TRUE(source);
        const testkit::ReadAll all = read_all(**source);
        EXPECT_TRUE(content.starts_with(all.bytes)) << cut;
        if (cut == packed.size() / 2) {
            EXPECT_GT(all.bytes.size(), content.size() / 4);
        }
        EXPECT_EQ(all.error,
                  "log.gz: truncated gzip: it ends at packed byte " + std::to_string(cut) +
                      " in the middle of the data; the bytes before that were used, copy "
                      "the file again for the rest");
        EXPECT_EQ(read_all(**source).error, all.error) << "the error repeats";
    }
}

TEST(Source, a_broken_gzip_says_what_is_wrong) {
    const std::string content = lines(20'000);
    std::string packed = gzipped(content);
    packed[packed.size() - 5] ^= 0x55;  // in the checksum
    const auto source = unpacked(memory_source("log.gz", packed));
    const testkit::ReadAll all = read_all(**source);
    EXPECT_TRUE(all.bytes == content);
    EXPECT_NE(all.error.find("log.gz: broken gzip near packed byte "), std::string::npos)
        << all.error;
    EXPECT_NE(all.error.find("incorrect data check"), std::string::npos) << all.error;
}

TEST(Source, peek_does_not_consume) {
    for (const std::size_t most : {1u, 3u, 1000u, 5'000'000u}) {
        const std::string content = lines(300'000);
        const auto source = unpacked(memory_source("log.gz", gzipped(content)));
        const auto front = (*source)->peek(most);
        ASSERT_TRUE(front);
        EXPECT_TRUE(*front == std::string_view(content).substr(0, most)) << most;
        EXPECT_EQ((*source)->bytes_read(), 0u);
        EXPECT_EQ((*source)->peek(2)->substr(0, 2), content.substr(0, 2));
        EXPECT_TRUE(read_all(**source, 1000).bytes == content) << most;
    }
}

TEST(Source, says_why_it_cannot_be_opened) {
    const Folder folder;
    const std::string secret = folder.write("secret.log", "8=FIX");
    ::chmod(secret.c_str(), 0);
    const AsNobody nobody;
    struct {
        std::string path, error;
    } cases[] = {
        {folder.path() + "/gone.log", ": there is no such file or folder"},
        {secret, ": no right to read it (see `ls -l`)"},
        {folder.path(), ": it is a folder where a file is expected"},
        {secret + "/x", ": a part of the path is a file, not a folder"},
    };
    for (const auto& c : cases) {
        const auto source = open_source(c.path);
        ASSERT_FALSE(source) << c.path;
        EXPECT_EQ(source.error().text(), c.path + c.error);
    }
}

TEST(ListInputs, walks_folders_sorted_by_name_and_reports_what_it_cannot_read) {
    const Folder folder;
    const std::string& p = folder.path();
    for (const char* name : {"b.log", "a.log", "sub/c.log", "sub/deep/d.log", ".hidden", "z.log"})
        folder.write(name, "x");
    ::chmod(folder.write("secret.log", "x").c_str(), 0);
    folder.write("locked/e.log", "x");
    ::chmod((p + "/locked").c_str(), 0);
    ASSERT_EQ(::symlink((p + "/sub").c_str(), (p + "/loop").c_str()), 0);
    ASSERT_EQ(::symlink("/nowhere/at/all", (p + "/dead").c_str()), 0);
    ASSERT_EQ(::mkfifo((p + "/pipe").c_str(), 0644), 0);

    const AsNobody nobody;
    const std::vector<std::string> arguments{"-", p + "/z.log", p, p + "/gone"};
    const InputFiles inputs = list_inputs(arguments);
    EXPECT_EQ(inputs.files,
              (std::vector<std::string>{"-", p + "/z.log", p + "/a.log", p + "/b.log",
                                        p + "/sub/c.log", p + "/sub/deep/d.log", p + "/z.log"}));
    std::string unreadable;
    for (const Unreadable& u : inputs.unreadable)
        unreadable += u.path.substr(p.size()) + ": " + u.why + "\n";
    EXPECT_EQ(unreadable,
              "/dead: a link that leads nowhere\n"
              "/locked: no right to read it (see `ls -l`)\n"
              "/loop: a link to a folder: not followed\n"
              "/pipe: neither a file nor a folder\n"
              "/secret.log: no right to read it (see `ls -l`)\n"
              "/gone: there is no such file or folder\n");
}

}  // namespace
}  // namespace assay
