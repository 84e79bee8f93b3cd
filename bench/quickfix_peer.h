// What decode_bench sees of QuickFIX. Readable by C++14 and C++23 alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace assay {
namespace bench {

using DigestText = void (*)(std::uint64_t& sum, const char* text, std::size_t size);
using DigestNumber = void (*)(std::uint64_t& sum, std::uint64_t value);

// FIX::Message(bytes, false) and gets of the fields that assay_decoder.cpp reads, in its order.
void quickfix_message(const std::string& bytes, DigestText text, DigestNumber number,
                      std::uint64_t& sum);

}  // namespace bench
}  // namespace assay
