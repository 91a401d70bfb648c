#pragma once
// Values of the views as a person reads them.

#include <cstdint>
#include <handoff/sdk/json.hpp>
#include <string>
#include <vector>

#include "core/serve/words.hpp"

namespace handoff::cli {

using serve::counted;
using serve::duration;
using serve::grouped;

/// {"amount":"25.00","currency":"USD"} -> "25.00 USD"
std::string money(const json::Value& value);
/// The same of a sum: "1,250.00 USD". One credit's amount is written as --amount takes it.
std::string sum(const json::Value& value);
/// "2026-11-23T10:00:00.123Z" -> "2026-11-23 10:00:00"
std::string moment(const json::Value& value);
/// The same with milliseconds and without the date: "10:00:00.123"
std::string clock_time(const json::Value& value);
/// A string or number as text, on one line, without control characters.
std::string text_of(const json::Value& value);
/// "a, b, c" of a list of texts.
std::string joined(const json::Value& list);
std::int64_t number_of(const json::Value& value);
/// How many there are, as `counted` and JSON take it.
std::int64_t number_of_all(const auto& list) { return static_cast<std::int64_t>(list.size()); }
/// `name` and blanks up to `columns`, at least one.
std::string padded(const std::string& name, std::size_t columns);
/// "transaction 1234 of 2026-11-23 at store S014, register R2" of a credit view.
std::string receipt(const json::Value& credit);

/// "; did you mean 'status'?", or nothing where none of `words` is near.
std::string meant(const std::vector<std::string>& words, const std::string& written);

}  // namespace handoff::cli
