#include "core/fix/secrets.h"

#include <gtest/gtest.h>

namespace assay::fix {
namespace {

TEST(MaskSecrets, passwords_go_and_the_rest_stays) {
    struct Row {
        const char* message;
        const char* masked;
    };
    const Row rows[] = {
        {"8=FIX.4.4|35=A|553=me|554=hunter2|10=001|", "8=FIX.4.4|35=A|553=me|554=***|10=001|"},
        {"35=BE|925=new|554=old|", "35=BE|925=***|554=***|"},
        {"8=X|35=A|95=6|96=secret|98=0|", "8=X|35=A|95=6|96=***|98=0|"},
        {"8=X|35=A|95=9|96=sec|554=x|98=0|", "8=X|35=A|95=9|96=***|98=0|"},   // data holds |
        {"8=X|35=A|95=999|96=secret|98=0|", "8=X|35=A|95=999|96=***|98=0|"},  // length is wrong
        {"8=X|35=B|95=6|96=secret|58=t|", "8=X|35=B|95=6|96=secret|58=t|"},   // no Logon
        {"8=X|35=A|1401=3|1402=a|b|10=1|", "8=X|35=A|1401=3|1402=***|10=1|"},
        {"35=D|1554=x|5544=y|58=554=z|", "35=D|1554=x|5544=y|58=554=z|"},  // other tags
        {"35=A|554=cut off", "35=A|554=***"},
        {"35=A|554=", "35=A|554=***"},
        {"no field at all", "no field at all"},
        {"|junk|554=a|", "|junk|554=***|"},
        {"", ""},
    };
    for (const Row& row : rows) EXPECT_EQ(mask_secrets(row.message, '|'), row.masked);
}

TEST(Secrets, are_stars_in_what_is_kept_and_length_and_checksum_are_those_of_what_stands_there) {
    const std::string logon =
        "8=FIX.4.4\x01"
        "9=37\x01"
        "35=A\x01"
        "553=me\x01"
        "554=hunter2\x01"
        "95=3\x01"
        "96=a\x01z\x01"
        "10=215\x01";
    const std::string kept = without_secrets(logon);
    EXPECT_EQ(kept.size(), logon.size());
    EXPECT_NE(kept.find("554=*******\x01"), std::string::npos);
    EXPECT_NE(kept.find("96=***\x01"), std::string::npos);
    EXPECT_EQ(kept.find("hunter2"), std::string::npos);
    unsigned sum = 0;
    for (const char c : kept.substr(0, kept.size() - 7)) sum += static_cast<unsigned char>(c);
    EXPECT_EQ(std::stoul(kept.substr(kept.size() - 4, 3)), sum % 256);
    const std::string quote =
        "8=FIX.4.4\x01"
        "9=5\x01"
        "35=W\x01"
        "10=000\x01";
    EXPECT_EQ(without_secrets(quote), quote) << "what has none stays as it came";
}

TEST(Secrets, of_a_message_among_other_text_are_masked_whatever_parts_its_fields) {
    const struct {
        std::string_view text, shown;
    } cases[] = {
        {"8=FIX.4.4|35=A|553=bob|554=hunter2|925=next|10=1|",
         "8=FIX.4.4|35=A|553=bob|554=***|925=***|10=1|"},
        {"8=FIX.4.4\x01\x33\x35=A\x01\x35\x35\x34=hunter2\x01", "8=FIX.4.4 35=A 554=*** "},
        {"35=A^A554=hunter2^A96=raw", "35=A^A554=***^A96=***"},
        {"found 35=A;554=a b;1402=z", "found 35=A;554=*** b;1402=***"},
        {"price 1554=12, size 2925=3", "price 1554=12, size 2925=3"},
        {"554=", "554=***"},
        {"", ""},
    };
    for (const auto& c : cases) EXPECT_EQ(mask_secrets_anywhere(c.text), c.shown) << c.text;
}

}  // namespace
}  // namespace assay::fix
