#pragma once
// What a person says about a case or a credit, as it comes over the admin listener.

#include <expected>
#include <string>
#include <string_view>

#include "core/engine/input.hpp"

namespace handoff::serve {

/// The decision that /v1/cases/{no}/WORD means; nothing: there is none of this name.
std::optional<engine::Command::Kind> decision_of(std::string_view word);

/// Checked as strictly as what a register says: a member of a wrong type is refused with its name, never taken as absent, and
/// so is one that this decision does not have.
std::expected<engine::Command, std::string> parse_decision(engine::Command::Kind kind, std::string_view body);

/// {"role","store","name"} of a token that is to be made: `store` and `name` may be left out.
std::expected<engine::Command, std::string> parse_token(std::string_view body);

}  // namespace handoff::serve
