// A library with libc++ linked into it, as an author with clang builds a connector: its runtime can open files, used or
// not.

#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

extern "C" int entry(int number) {
#ifdef READS_BY_THE_RUNTIME
  std::ifstream file("odd");
  number += file.get();
#endif
#ifdef READS_ITSELF
  std::FILE* file = std::fopen("odd", "r");
  number += file != nullptr ? 1 : 0;
#endif
  try {
    std::ostringstream out;
    out << number;
    if (number > 0) throw std::runtime_error(out.str());
  } catch (const std::exception& error) {
    return error.what()[0];
  }
  return 0;
}
