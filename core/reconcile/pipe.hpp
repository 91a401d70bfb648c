#pragma once
// An export that comes through a pipe: "-", /dev/stdin, or what a shell makes of <(zcat pos.csv.gz).

#include <expected>
#include <string>

#include "core/reconcile/input.hpp"

namespace handoff::reconcile {

/// Where to read `path` from as often as is needed. What a pipe brings is copied into a file without a name in `folder`, which
/// takes the pipe's place under its descriptor, so that its name stays what it was. Refused: a pipe with a name in the file
/// system, which cannot be exchanged, and a terminal. What is no pipe is left as it is.
std::expected<std::string, Refusal> file_for(const std::string& path, const std::string& folder);

}  // namespace handoff::reconcile
