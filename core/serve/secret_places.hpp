#pragma once
// Secrets in the places that a connector left for them (abi.h, "auth and sign").

#include <expected>
#include <map>
#include <string>

#include "core/model/http.hpp"

namespace handoff::serve {

/// Values by name. Never print one.
using SecretValues = std::map<std::string, std::string>;

/// The text with values in their places; the error names a secret that the connector does not have.
std::expected<std::string, std::string> with_secrets(std::string_view text, const SecretValues& secrets);

/// The same of a whole request, each part as it is written.
std::expected<HttpRequest, std::string> with_secrets(const HttpRequest& request, const SecretValues& secrets);

/// Words for people: every value that stands in them is taken out.
std::string without_secrets(std::string words, const SecretValues& secrets);

}  // namespace handoff::serve
