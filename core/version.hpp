#pragma once

namespace handoff {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace handoff
