#pragma once
// The phones that most people type, plain digits with marks between them, read by the tables of libphonenumber but
// without its regular expressions: some fifty times as fast, and letter by letter what the library itself says. Private
// to this folder.

#include <optional>
#include <string>
#include <string_view>

namespace handoff::identity {

/// Whether a number must be one that can be: read_phone() in phone.cpp says how.
enum class Trust { assigned, any };

/// What the library makes of `text`: E.164, or empty where it is no number. Nothing: it must be asked. [any thread]
std::optional<std::string> read_plain_phone(std::string_view text, const std::string& region, Trust trust);

/// What the library itself says of it; empty where it is no number.
std::string ask_library(std::string_view text, const std::string& region, Trust trust);

}  // namespace handoff::identity
