#pragma once
// The ABI numbers of a connector's exported symbol, from the file's bytes: nothing is loaded, nothing runs.

#include <cstdint>
#include <filesystem>
#include <optional>

namespace handoff::cli {

struct AbiNumbers {
  std::uint32_t major = 0, minor = 0, minor_needed = 0;
};
std::optional<AbiNumbers> abi_of_file(const std::filesystem::path& file);

}  // namespace handoff::cli
