#include "tests/simulation/world.hpp"

#include <algorithm>

namespace handoff::simulation {

namespace {

std::uint64_t fnv(std::uint64_t hash, std::string_view text) {
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  return (hash ^ 0xff) * 1099511628211ull;
}

}  // namespace

Stream::Stream(std::uint64_t seed, std::string_view name) : state_(fnv(seed * 0x9e3779b97f4a7c15ull + 1, name)) {}

std::uint64_t Stream::next() {
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ull);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

std::int64_t Stream::scale(std::int64_t low, std::int64_t high) {
  std::int64_t doublings = 0;
  while ((low << (doublings + 1)) <= high) ++doublings;
  std::int64_t floor = low << below(doublings + 1);
  return std::min(high, floor + below(floor));
}

void Trace::add(Time now, std::string_view kind, std::string_view detail) {
  ++events_;
  hash_ = fnv(fnv(hash_ ^ static_cast<std::uint64_t>(now), kind), detail);
  if (keep_) lines_.push_back(std::to_string(now) + " " + std::string(kind) + " " + std::string(detail));
}

bool World::Later::operator()(const Event& a, const Event& b) const {
  if (a.at != b.at) return a.at > b.at;
  return a.tie != b.tie ? a.tie > b.tie : a.order > b.order;
}

void World::at(Time when, std::function<void()> what) {
  events_.push_back({std::max(when, now_), ties_.next() & 3, ++order_, std::move(what)});
  std::push_heap(events_.begin(), events_.end(), Later());
}

void World::stall(Time wait) {
  ++stalls_;
  Time until = now_ + wait;
  while (step(until)) {
  }
  --stalls_;
}

bool World::step(Time until) {
  if (events_.empty() || events_.front().at > until) {
    now_ = until;
    return false;
  }
  std::pop_heap(events_.begin(), events_.end(), Later());
  Event event = std::move(events_.back());
  events_.pop_back();
  now_ = event.at;
  event.run();
  return true;
}

}  // namespace handoff::simulation
