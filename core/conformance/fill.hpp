#pragma once
// The words in braces of a cassette. "{amount.decimal}" is taken from the input of the run, so that one recorded
// conversation can be played with other amounts, currencies and keys.
//
//   {reference} {code} {customer.id} ...   any text or number of the input, by its path
//   {amount} {amount.decimal} {amount.hundredths} {amount.currency} {amount.currency.lower}   of every amount in it
//   {key.LABEL} {ref20.LABEL}              what the host derived for a declared call
//   {"$number": "-{amount}"}               a number instead of a text
// Braces around anything else stay as they are.

#include <handoff/sdk/json.hpp>
#include <map>
#include <string>
#include <string_view>

#include "core/plugin_host/instance.hpp"

namespace handoff::conformance {

using Variables = std::map<std::string, std::string, std::less<>>;

Variables variables_of(const json::Value& input, const std::vector<plugin_host::CallIds>& ids);

std::string fill(std::string_view text, const Variables& variables);
/// Whether an answer is written with the amount of the input, and so follows when it changes.
bool follows_amount(const json::Value& answer);
json::Value filled(const json::Value& value, const Variables& variables);

}  // namespace handoff::conformance
