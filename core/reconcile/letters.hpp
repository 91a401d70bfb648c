#pragma once
// Letters beyond ASCII, as far as references need them. Pure.

#include <cstdint>
#include <string>
#include <string_view>

namespace handoff::reconcile {

/// The character that begins at `at` of UTF-8, which is gone past; 0xfffd for what is none.
std::uint32_t next_character(std::string_view text, std::size_t& at);

/// Text in capitals: ASCII, and the Latin, Greek and Cyrillic letters of Europe; a letter and the accent that follows it are the
/// letter with the accent, as some systems write "ü" in two characters. What is no UTF-8 stays beyond ASCII.
void to_capitals(std::string& text);

}  // namespace handoff::reconcile
