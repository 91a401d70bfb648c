#include "faults.hpp"

#include <algorithm>
#include <array>

#include "money.hpp"

namespace sandbox {
namespace {

constexpr std::array<std::pair<FaultMode, std::string_view>, 11> kModes = {{
    {FaultMode::latency, "latency"},
    {FaultMode::lost_before, "lost_before"},
    {FaultMode::lost_after, "lost_after"},
    {FaultMode::late, "late"},
    {FaultMode::http_429, "http_429"},
    {FaultMode::http_500, "http_500"},
    {FaultMode::http_500_after, "http_500_after"},
    {FaultMode::garbage, "garbage"},
    {FaultMode::stale_reads, "stale_reads"},
    {FaultMode::outage, "outage"},
    {FaultMode::black_hole, "black_hole"},
}};

// A probability is read as a decimal with six places: 0.01 is 10000 millionths.
std::optional<std::uint32_t> chance_from(const Json& value) {
  if (value.is_null()) return 1'000'000;
  const auto millionths = minor_from_decimal(value.number_text(), 6);
  if (!millionths || *millionths < 0 || *millionths > 1'000'000) return std::nullopt;
  return static_cast<std::uint32_t>(*millionths);
}

bool read_count(const Json& json, std::string_view key, std::int64_t& out) {
  if (!json.has(key)) return true;
  const auto value = json[key].integer();
  if (!value || *value < 0) return false;
  out = *value;
  return true;
}

}  // namespace

std::string_view mode_name(FaultMode mode) {
  return std::ranges::find(kModes, mode, &std::pair<FaultMode, std::string_view>::first)->second;
}

std::optional<FaultMode> mode_from(std::string_view name) {
  const auto found = std::ranges::find(kModes, name, &std::pair<FaultMode, std::string_view>::second);
  if (found == kModes.end()) return std::nullopt;
  return found->first;
}

bool Fault::matches(const Request& request) const {
  return (method.empty() || method == request.method) && request.path.starts_with(path_prefix) &&
         (query_has.empty() || request.param(query_has)) &&
         (body_contains.empty() || request.body.find(body_contains) != std::string::npos);
}

Json Fault::to_json() const {
  return Json::object({{"id", id},
                       {"vendor", vendor},
                       {"match", Json::object({{"method", Json::string_or_null(method)},
                                               {"path_prefix", Json::string_or_null(path_prefix)},
                                               {"query_has", Json::string_or_null(query_has)},
                                               {"body_contains", Json::string_or_null(body_contains)}})},
                       {"mode", mode_name(mode)},
                       {"probability", Json::number(decimal_from_minor(chance_millionths, 6))},
                       {"count", count ? Json(*count) : Json()},
                       {"delay_ms", delay_ms},
                       {"retry_after_s", retry_after_s}});
}

ParsedFault fault_from(const Json& json) {
  Fault fault;
  fault.vendor = json["vendor"].text();
  if (fault.vendor.empty()) return {std::nullopt, "vendor is missing"};
  const auto mode = mode_from(json["mode"].text());
  if (!mode) return {std::nullopt, "mode is missing or unknown"};
  fault.mode = *mode;
  fault.method = json["match"]["method"].text();
  fault.path_prefix = json["match"]["path_prefix"].text();
  fault.query_has = json["match"]["query_has"].text();
  fault.body_contains = json["match"]["body_contains"].text();
  const auto chance = chance_from(json["probability"]);
  if (!chance) return {std::nullopt, "probability must be a decimal from 0 to 1 with at most six places"};
  fault.chance_millionths = *chance;
  std::int64_t count = 0;
  if (!read_count(json, "count", count)) return {std::nullopt, "count must be a whole number"};
  if (json.has("count")) fault.count = count;
  if (!read_count(json, "delay_ms", fault.delay_ms)) return {std::nullopt, "delay_ms must be a whole number"};
  if (!read_count(json, "retry_after_s", fault.retry_after_s))
    return {std::nullopt, "retry_after_s must be a whole number"};
  return {std::move(fault), {}};
}

std::int64_t FaultBook::add(Fault fault) {
  const std::lock_guard lock(mutex_);
  fault.id = next_id_++;
  faults_.push_back(std::move(fault));
  return faults_.back().id;
}

void FaultBook::remove(std::string_view vendor, std::optional<std::int64_t> id) {
  const std::lock_guard lock(mutex_);
  std::erase_if(faults_, [&](const Fault& fault) {
    return (vendor.empty() || fault.vendor == vendor) && (!id || fault.id == *id);
  });
}

std::vector<Fault> FaultBook::list() const {
  const std::lock_guard lock(mutex_);
  return faults_;
}

bool FaultBook::fires(Fault& fault) {
  if (fault.count == 0) return false;
  if (fault.chance_millionths < 1'000'000 && generator_() % 1'000'000 >= fault.chance_millionths) return false;
  if (fault.count) --*fault.count;
  ++fired_[fault.vendor][std::string(mode_name(fault.mode))];
  return true;
}

std::optional<Fault> FaultBook::draw(std::string_view vendor, const Request& request, bool read) {
  const std::lock_guard lock(mutex_);
  for (Fault& fault : faults_) {
    if (fault.vendor != vendor || fault.mode == FaultMode::outage || !fault.matches(request)) continue;
    if (fault.mode == FaultMode::stale_reads && !read) continue;
    if (fires(fault)) return fault;
  }
  return std::nullopt;
}

bool FaultBook::is_out(std::string_view vendor) {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(
      faults_, [&](Fault& fault) { return fault.vendor == vendor && fault.mode == FaultMode::outage && fires(fault); });
}

std::int64_t FaultBook::stale_lag_ms(std::string_view vendor) const {
  const std::lock_guard lock(mutex_);
  std::int64_t lag = 0;
  for (const Fault& fault : faults_)
    if (fault.vendor == vendor && fault.mode == FaultMode::stale_reads) lag = std::max(lag, fault.delay_ms);
  return lag;
}

std::map<std::string, std::int64_t> FaultBook::fired(std::string_view vendor) const {
  const std::lock_guard lock(mutex_);
  const auto found = fired_.find(vendor);
  return found == fired_.end() ? std::map<std::string, std::int64_t>{} : found->second;
}

void FaultBook::reset_counts() {
  const std::lock_guard lock(mutex_);
  fired_.clear();
}

}  // namespace sandbox
