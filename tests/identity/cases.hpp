#pragma once
// A labelled set: what systems hold about customers, what registers said, and who was meant. Read from CSV files or
// made by the generator; README.md describes the files.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace handoff::identity_set {

/// One record of a system, as written there. Records with the same id are one customer.
struct Record {
  std::string id, region, email, phone, loyalty;
};

/// What a register said. `persons`: the ids that are the right person; none where nobody on record is. `linkable`:
/// "yes" if by the stated rules exactly one person can be meant, "no" if not, empty where the files do not say.
struct Entry {
  std::string id, region, email, phone, loyalty, kind, linkable;
  std::vector<std::string> persons;
};

struct Set {
  std::vector<Record> records;
  std::vector<Entry> entries;
};

/// The same seed makes the same set, on any machine.
Set generate(std::uint64_t seed, std::size_t people, std::size_t entries);

/// Throws std::runtime_error that names the file, the line and what is wrong.
Set read(const std::string& customers_file, const std::string& entries_file);
/// As customers.csv and entries.csv into a folder.
void write(const Set& set, const std::string& folder);

}  // namespace handoff::identity_set
