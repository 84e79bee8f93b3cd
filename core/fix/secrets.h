// Keeps passwords out of everything that is printed.
#pragma once

#include <string>
#include <string_view>

namespace assay::fix {

// The message with *** as the value of every password field: Password(554), NewPassword(925),
// EncryptedPassword(1402), and RawData(96) of a Logon. Username(553) stays. For everything that
// prints messages; also for damaged ones, where `delimiter` is the one of Frame::delimiter.
std::string mask_secrets(std::string_view message, char delimiter);

// A sound message of SOH with * for each byte of those values and its CheckSum made right: sound
// again, and of the same length. For what is kept.
std::string without_secrets(std::string_view message);

// The same for text of any kind that may hold a message or a part of one, whatever parts its
// fields: a line of a file that was taken for something else. Control characters become blanks, so
// that it can be printed.
std::string mask_secrets_anywhere(std::string_view text);

}  // namespace assay::fix
