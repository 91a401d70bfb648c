#pragma once
// How far a folder has been read. It moves in the same commit as the records it stands behind, so that a file goes on
// in its middle after a crash.

#include <cstdint>
#include <handoff/sdk/codec.hpp>
#include <string>
#include <vector>

namespace handoff::file {

struct Cursor {
  Cursor() = default;
  std::vector<std::string> next;  // names that wait, whole and still, to be claimed
  std::string file;               // the one being read, in claimed/; empty = none
  std::int64_t offset = 0, line = 1;
  std::vector<std::string> header;     // of a CSV
  bool tail = false, open = false;     // Piece
  std::int64_t bad = 0, last_bad = 0;  // records that cannot be read: how many, and the line of the last
  std::string tag;                     // of the file, see put_away()
  std::string to;                      // it has been read and is to be moved there

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("next", self.next);
    visit("file", self.file);
    visit("offset", self.offset);
    visit("line", self.line);
    visit("header", self.header);
    visit("tail", self.tail);
    visit("open", self.open);
    visit("bad", self.bad);
    visit("last_bad", self.last_bad);
    visit("tag", self.tag);
    visit("to", self.to);
  }
};

}  // namespace handoff::file
