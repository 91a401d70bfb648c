#pragma once
// The write-ahead log as a file.

#include <expected>
#include <string>

namespace handoff::journal {

/// Writes the log of a store over itself and syncs it. After a sync that failed, the system may call pages clean that
/// never reached the disk: a reader sees them, the next sync succeeds without them, and the next power failure takes
/// them (J6). Call it before the store is opened, while no other process has it. No log is no error.
std::expected<void, std::string> rewrite_log(const std::string& path, const std::string& vfs);

}  // namespace handoff::journal
