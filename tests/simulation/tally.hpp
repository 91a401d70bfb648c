#pragma once
// What seeds came across, added up by name: "fault V03 reply lost fired". Names that begin with "most " keep the
// largest value.

#include <cstdint>
#include <handoff/sdk/json.hpp>
#include <map>
#include <string>

namespace handoff::simulation {

class Tally {
 public:
  void add(const std::string& name, std::uint64_t times = 1);
  void add(const Tally& other);
  std::uint64_t get(const std::string& name) const;
  /// The rest of each name that begins so, with its value.
  std::map<std::string, std::uint64_t> under(const std::string& prefix) const;
  const std::map<std::string, std::uint64_t>& all() const { return all_; }
  json::Value json() const;
  static Tally from(const json::Value& value);

 private:
  std::map<std::string, std::uint64_t> all_;
};

}  // namespace handoff::simulation
