#pragma once
// What the journal calls each connector, whatever its name in the configuration is now.

#include <expected>
#include <map>
#include <string>

#include "core/config/diagnostic.hpp"
#include "core/config/settings.hpp"
#include "core/journal/reader.hpp"

namespace handoff::serve {

/// By name, of the connectors that the journal has anything of: the id under which the name is registered, else that of a
/// former name, else the name. Or why two accounts would be one to the store, or one would be two.
std::expected<std::map<std::string, std::string>, config::Diagnostic> connector_ids(const config::Settings& settings,
                                                                                    journal::Reader& read);

}  // namespace handoff::serve
