#pragma once
// Files that are read or written as one.

#include <expected>
#include <filesystem>
#include <string>

#include "core/app/cli/hub.hpp"

namespace handoff::cli {

/// Whole or not at all: written beside and renamed. False if it could not be.
bool write_whole(const std::filesystem::path& path, const std::string& text);
std::expected<std::string, Failure> read_whole(const std::string& path);

}  // namespace handoff::cli
