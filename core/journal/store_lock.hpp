#pragma once
// One process at a time writes a store. The lock is a file beside it, held with flock(2): it ends with its holder.

#include <expected>
#include <string>

namespace handoff::journal {

/// The locked file, to be closed by the caller; the error names the holder.
std::expected<int, std::string> take_store_lock(const std::string& store_path);

}  // namespace handoff::journal
