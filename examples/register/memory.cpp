#include "memory.hpp"

#include <Poco/JSON/Parser.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "http.hpp"

namespace till {

namespace {

std::string key_of(const std::string& path, const std::string& transaction) { return path + " " + transaction; }

}  // namespace

Memory::Memory(std::string file) : file_(std::move(file)) {
  std::ifstream in(file_);
  Poco::JSON::Parser parser(new Poco::JSON::ParseHandler(true));
  for (std::string line; std::getline(in, line);) {
    try {
      parser.reset();
      take(parser.parse(line).extract<Poco::JSON::Object::Ptr>());
    } catch (const Poco::Exception&) {
      // The last line of a register that lost power while it wrote: nothing was sent of it.
    }
  }
  int probe = open(file_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (probe < 0) throw std::runtime_error(file_ + " cannot be written; name another with --memory FILE");
  ::close(probe);
}

void Memory::take(const Poco::JSON::Object::Ptr& line) {
  if (line->has("seen")) {
    seen_ = demo::text(line, "seen");
    return;
  }
  std::string path = demo::text(line, "path"), transaction = demo::text(line, "transaction");
  auto known = std::ranges::find(entries_, key_of(path, transaction), [](const auto& one) { return one.first; });
  if (known == entries_.end()) known = entries_.insert(entries_.end(), {key_of(path, transaction), Entry{}});
  Entry& entry = known->second;
  entry.path = path;
  if (line->has("body")) entry.body = line->getObject("body");
  if (!line->has("body")) entry.id = demo::text(line, "id");
  entry.status = demo::text(line, "status");
  last_ = std::max<std::int64_t>(last_, std::atoll(transaction.c_str()));
}

void Memory::write(const Poco::JSON::Object::Ptr& line) {
  std::ostringstream out;
  line->stringify(out);
  out << "\n";
  std::string bytes = out.str();
  int file = open(file_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  bool written =
      file >= 0 && ::write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && fsync(file) == 0;
  if (file >= 0) ::close(file);
  if (!written) throw std::runtime_error(file_ + " cannot be written: give out nothing before it can");
  take(line);
}

void Memory::keep(const std::string& path, const Poco::JSON::Object::Ptr& body) {
  Poco::JSON::Object::Ptr line = fresh();
  line->set("path", path).set("transaction", demo::text(body, "transaction")).set("body", body);
  write(line);
}

void Memory::answered(const std::string& path, const std::string& transaction, const std::string& id,
                      const std::string& status) {
  Poco::JSON::Object::Ptr line = fresh();
  line->set("path", path).set("transaction", transaction).set("id", id).set("status", status);
  write(line);
}

void Memory::see(const std::string& event) {
  Poco::JSON::Object::Ptr line = fresh();
  line->set("seen", event);
  write(line);
}

const Entry* Memory::credit(const std::string& transaction) const {
  for (const auto& [key, entry] : entries_)
    if (key == key_of("/v1/register/credits", transaction)) return &entry;
  return nullptr;
}

std::vector<Entry> Memory::waiting() const {
  std::vector<Entry> out;
  for (const auto& [key, entry] : entries_)
    if (entry.status.empty()) out.push_back(entry);
  return out;
}

}  // namespace till
