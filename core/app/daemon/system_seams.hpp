#pragma once
// The real clock and the real dice: the only place of the daemon that touches them.

#include <time.h>

#include "core/crypto/vault.hpp"
#include "core/engine/seams.hpp"

namespace handoff::app {

class SystemClock final : public engine::Clock {
 public:
  std::int64_t wall_ms() override { return read(CLOCK_REALTIME); }
  std::int64_t boot_ms() override { return read(CLOCK_BOOTTIME); }

 private:
  static std::int64_t read(clockid_t clock) {
    timespec now = {};
    clock_gettime(clock, &now);
    return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
  }
};

class SystemRandom final : public engine::Random {
 public:
  std::uint64_t next() override {
    std::uint64_t value = 0;
    crypto::system_random(reinterpret_cast<std::uint8_t*>(&value), sizeof value);
    return value;
  }
};

}  // namespace handoff::app
