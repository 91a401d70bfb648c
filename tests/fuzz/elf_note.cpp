// The ELF note of a file in the plugins folder, read before anything of the file runs. Input: the file.

#include "core/plugin_host/plugin.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace handoff::fuzz {

void one_input(std::string_view bytes) {
  static const MemoryFile file;
  file.write(bytes);
  auto note = plugin_host::read_note(file.path());
  if (!note) return must(note.error().starts_with(file.path() + ": "), "a complaint names the file", note.error());
  must(!note->empty() && bytes.find(*note) != std::string_view::npos, "a note is a part of the file");
}

}  // namespace handoff::fuzz
