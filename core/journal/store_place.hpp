#pragma once
// Where a store can be kept, and that its files are its user's alone.

#include <string>
#include <vector>

namespace handoff::journal {

/// What SQLite keeps under a store's name: the file, the log of changes and its index, and the journal of a change of
/// mode, which a power failure can leave. One that stays behind when a file is put in its place is rolled into the new
/// file: whoever moves or removes a store takes all of them.
inline constexpr const char* kStoreFiles[] = {"", "-journal", "-wal", "-shm"};

/// Why no store can be kept at `path`, and what to do; empty where one can. Makes nothing. [any thread] [reads the disk]
std::string store_place_problem(const std::string& path);

/// Why this user may not read (and write) the files of the store at `path`; empty where it may, or where none is. What is
/// only not ours is no damage. [any thread] [reads the disk]
std::string store_access_problem(const std::string& path, bool write);

/// What is said where a store was and only the mark of how far it came is left.
std::string store_gone_text(const std::string& path);

/// Where root made `files` they become those of the user whose the store at `path` is, or its folder if there is no store or
/// it is root's: the hub could not use them. What cannot be changed is left: opening says why. [reads the disk]
void give_to_owner_of(const std::string& path, const std::vector<std::string>& files);

/// Before SQLite opens it: a new file of `path` is made for this user only, those that are there (with what SQLite keeps
/// beside it, which inherits it) lose what others may do. What cannot be changed is left: opening says why. [before open]
void keep_store_private(const std::string& path, bool may_create);

}  // namespace handoff::journal
