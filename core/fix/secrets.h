// Keeps passwords out of everything that is printed.
#pragma once

#include <string>
#include <string_view>

namespace assay::fix {

// The message with *** as the value of every password field: Password(554), NewPassword(925),
// EncryptedPassword(1402), and RawData(96) of a Logon. Username(553) stays. For everything that
// prints messages; also for damaged ones, where `delimiter` is the one of Frame::delimiter.
std::string mask_secrets(std::string_view message, char delimiter);

}  // namespace assay::fix
