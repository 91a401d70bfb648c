#pragma once
// Files that are read or written as one.

#include <expected>
#include <filesystem>
#include <string>

#include "core/app/cli/hub.hpp"
#include "core/reconcile/facts.hpp"
#include "core/reconcile/results.hpp"

namespace handoff::cli {

using reconcile::write_whole;
std::expected<std::string, Failure> read_whole(const std::string& path);
/// What an audit left in its folder.
std::expected<reconcile::Facts, Failure> read_audit(const std::string& folder);

}  // namespace handoff::cli
