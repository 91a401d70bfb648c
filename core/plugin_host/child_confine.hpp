#pragma once
// The two cages of a connector's child. Neither can be left. Nothing happens under a sanitizer, whose own runtime needs
// what they forbid. Private to this folder.

namespace handoff::plugin_host {

/// While its code is mapped and its initialisers run. No file opens: the one that the loader asks for is answered with
/// the connector's bytes, which are open already. A library that the process does not have yet cannot come.
void confine_to_loading();

/// Afterwards: memory, and the socket to the hub. Whatever else it tries ends it, and the hub is told what it was.
void confine_to_computing();

}  // namespace handoff::plugin_host
