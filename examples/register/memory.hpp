#pragma once
// What the register must not forget: a file of its own, one JSON line an entry, on disk before anything is sent. A register
// that loses power between the two sends the same request again, and the hub knows it.

#include <Poco/JSON/Object.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace till {

/// An object whose members stay in the order in which they were set.
inline Poco::JSON::Object::Ptr fresh() { return new Poco::JSON::Object(Poco::JSON_PRESERVE_KEY_ORDER); }

/// A request that was made, and how it was answered.
struct Entry {
  std::string path;  // "/v1/register/credits"
  Poco::JSON::Object::Ptr body;
  std::string id;      // the hub's; empty: not answered yet
  std::string status;  // confirmed, accepted, rejected; refused: it was wrong; empty: it waits to be sent
};

class Memory {
 public:
  /// Throws std::runtime_error if the file cannot be read or written.
  explicit Memory(std::string file);

  /// The number of the next transaction.
  std::string next_transaction() const { return std::to_string(last_ + 1); }
  /// Returns once it is on disk. The same path and transaction again replace what was kept.
  void keep(const std::string& path, const Poco::JSON::Object::Ptr& body);
  void answered(const std::string& path, const std::string& transaction, const std::string& id,
                const std::string& status);
  /// The credit of a transaction; null if this register made none.
  const Entry* credit(const std::string& transaction) const;
  /// What waits to be sent, in the order in which it was made.
  std::vector<Entry> waiting() const;

  /// The id of the last event that was shown; empty at first.
  const std::string& seen() const { return seen_; }
  void see(const std::string& event);

 private:
  void take(const Poco::JSON::Object::Ptr& line);
  void write(const Poco::JSON::Object::Ptr& line);

  std::string file_, seen_;
  std::int64_t last_ = 1000;
  std::vector<std::pair<std::string, Entry>> entries_;  // by path and transaction, in order
};

}  // namespace till
