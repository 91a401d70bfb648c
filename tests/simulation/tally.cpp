#include "tests/simulation/tally.hpp"

#include <algorithm>

namespace handoff::simulation {

void Tally::add(const std::string& name, std::uint64_t times) {
  std::uint64_t& value = all_[name];
  value = name.starts_with("most ") ? std::max(value, times) : value + times;
}

void Tally::add(const Tally& other) {
  for (const auto& [name, times] : other.all_) add(name, times);
}

std::uint64_t Tally::get(const std::string& name) const {
  auto found = all_.find(name);
  return found == all_.end() ? 0 : found->second;
}

std::map<std::string, std::uint64_t> Tally::under(const std::string& prefix) const {
  std::map<std::string, std::uint64_t> out;
  for (auto item = all_.lower_bound(prefix); item != all_.end() && item->first.starts_with(prefix); ++item)
    out[item->first.substr(prefix.size())] = item->second;
  return out;
}

json::Value Tally::json() const {
  json::Object out;
  for (const auto& [name, times] : all_) out.set(name, static_cast<std::int64_t>(times));
  return json::Value(std::move(out));
}

Tally Tally::from(const json::Value& value) {
  Tally out;
  for (const auto& [name, times] : value.as_object())
    out.add(name, static_cast<std::uint64_t>(times.as_integer().value_or(0)));
  return out;
}

}  // namespace handoff::simulation
