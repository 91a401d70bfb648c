#pragma once
// Whose a file is, for messages about a file that is there and may not be used.

#include <string>

namespace handoff::crypto {

/// "FILE belongs to root, and this runs as handoff". [any thread] [reads the disk]
std::string owner_text(const std::string& file);

/// "FILE: Permission denied: it belongs to root, and this runs as handoff ...", with the command that helps; `error` is errno's.
/// Of any other error only what the system says. [any thread] [reads the disk]
std::string refused_text(const std::string& file, int error);

/// Why this user may not read `file` (and write it); empty where it may, or where nothing is there. [any thread] [reads the disk]
std::string access_problem(const std::string& file, bool write);

}  // namespace handoff::crypto
