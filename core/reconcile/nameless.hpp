#pragma once
// Room on disk that nobody has to clear away.

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace handoff::reconcile {

/// A file without a name in `folder`; where the file system knows none, one that loses its name at once. -1: errno says why.
inline int nameless_file(const std::string& folder) {
  int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) return file;
  std::string name = folder + "/.audit-XXXXXX";
  file = ::mkstemp(name.data());
  if (file >= 0) ::unlink(name.c_str());
  return file;
}

}  // namespace handoff::reconcile
