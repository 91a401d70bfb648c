#pragma once
// A connector computes and does nothing else. From `confine` on, a system call that reaches for a file, a network, a
// clock that sleeps or another program ends the child, and its number and name are told.

namespace handoff::conformance {

/// For the rest of this process's life. `pipe`: where to tell what was tried. Nothing happens under a sanitizer, whose
/// own runtime needs these calls.
void confine(int pipe);

}  // namespace handoff::conformance
