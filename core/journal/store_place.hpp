#pragma once
// Where a store can be kept, and that its files are its user's alone.

#include <string>

namespace handoff::journal {

/// What SQLite keeps under a store's name: the file, the log of changes and its index, and the journal of a change of
/// mode, which a power failure can leave. One that stays behind when a file is put in its place is rolled into the new
/// file: whoever moves or removes a store takes all of them.
inline constexpr const char* kStoreFiles[] = {"", "-journal", "-wal", "-shm"};

/// Why no store can be kept at `path`, and what to do; empty where one can. Makes nothing. [any thread] [reads the disk]
std::string store_place_problem(const std::string& path);

/// Before SQLite opens it: a new file of `path` is made for this user only, those that are there (with what SQLite keeps
/// beside it, which inherits it) lose what others may do. What cannot be changed is left: opening says why. [before open]
void keep_store_private(const std::string& path, bool may_create);

}  // namespace handoff::journal
