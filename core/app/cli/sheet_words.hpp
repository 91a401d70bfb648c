#pragma once
// A connector's sheet in words: for the terminal and for the page.

#include <string>
#include <utility>
#include <vector>

#include "core/model/manifest.hpp"

namespace handoff::cli {

using Facts = std::vector<std::pair<std::string, std::string>>;  // name, text; none is empty

std::string joined(const std::vector<std::string>& list);
/// "headers (X-Token: token)"
std::string auth_text(const json::Value& auth);
/// "4 at one time, 300 a minute; SOURCE"
std::string limits_text(const Manifest& manifest, const json::Value& raw);
/// "vouchers (holds value), balance (a mirror)"
std::string surfaces_text(const Manifest& manifest);

/// "adds value"
std::string sign_text(Sign sign);
/// "never blind, compare-and-set"
std::string retry_text(const CallSheet& call);
/// "for 1 d", "none"
std::string key_text(const CallSheet& call);
/// "by code, proves absence"
std::string look_up_text(const CallSheet& call);
/// All that the sheet says of a call, from its sign to its source. `raw`: the call in connector.json
Facts call_facts(const CallSheet& call, const json::Value& raw);

/// KEY, TYPE, DEFAULT, MEANING of every setting in connector.json
std::vector<std::vector<std::string>> setting_rows(const json::Value& raw);

}  // namespace handoff::cli
