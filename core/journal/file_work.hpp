#pragma once
// Files that must be there after a power cut.

#include <expected>
#include <string>
#include <string_view>

namespace handoff::journal {

/// A new file of mode 0600 with the bytes of `from`, synced. Refuses an existing `to`.
std::expected<void, std::string> copy_file_synced(const std::string& from, const std::string& to);
/// `path` holds these bytes, whole and after a power cut, or what it held before. Mode 0600.
std::expected<void, std::string> replace_file_synced(const std::string& path, std::string_view bytes);
std::expected<void, std::string> rename_file(const std::string& from, const std::string& to);
/// Makes the names in the file's folder durable.
std::expected<void, std::string> sync_folder_of(const std::string& path);
bool file_exists(const std::string& path);

}  // namespace handoff::journal
