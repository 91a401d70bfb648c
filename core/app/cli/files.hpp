#pragma once
// Files that are read or written as one.

#include <expected>
#include <filesystem>
#include <string>

#include "core/app/cli/hub.hpp"
#include "core/reconcile/facts.hpp"

namespace handoff::cli {

/// Whole or not at all: written beside and renamed. False if it could not be.
bool write_whole(const std::filesystem::path& path, const std::string& text);
std::expected<std::string, Failure> read_whole(const std::string& path);
/// What an audit left in its folder.
std::expected<reconcile::Facts, Failure> read_audit(const std::string& folder);

}  // namespace handoff::cli
