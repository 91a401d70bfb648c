#pragma once
// What the configuration says about identifiers, as core/identity takes it.

#include "core/config/settings.hpp"
#include "core/identity/rules.hpp"

namespace handoff::serve {

identity::Rules identity_rules(const config::Settings& settings);

}  // namespace handoff::serve
