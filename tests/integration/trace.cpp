#include "tests/integration/trace.hpp"

#include <cstdlib>
#include <fstream>

namespace handoff::crash {

namespace {

constexpr const char* kSystemCalls = "trace=fdatasync,fsync,sendmsg,recvmsg,pwrite64";

/// What another thread begins to send in this time after the failure was beside it, not after it: nobody could have
/// stopped it. A stop in the tracer takes 50 us and more.
constexpr double kBeside = 250e-6;

bool has(const std::string& line, const char* what) { return line.find(what) != std::string::npos; }

/// What a line of the trace is about, if it tells of money, and which of the crash points K1 to K16 of INVARIANTS that is.
std::string in_words(const std::string& line) {
  bool log = has(line, "-wal>"), database = has(line, "handoff.db>");
  if (has(line, "fdatasync(") || has(line, "fsync("))
    return log        ? "before the sync of a commit (K1, K3, K7)"
           : database ? "before the sync of a checkpoint (K16)"
                      : "before the sync of a file";
  if (has(line, "pwrite64("))
    return log        ? "inside the write of a commit (K1, K3, K7)"
           : database ? "inside a checkpoint (K16)"
                      : "beside the store";
  if (has(line, "recvmsg(")) return "before something is read (K1, K6)";
  if (has(line, "iov_base=\"HTTP/1.1 2")) return "before an acknowledgement (K2)";
  if (has(line, "iov_base=\"HTTP/1.1 ")) return "before a refusal";
  for (const char* method : {"\"POST /", "\"PUT /", "\"PATCH /", "\"DELETE /"})
    if (has(line, method)) return "before the first byte of a write to a vendor (K4)";
  if (has(line, "\"GET /")) return "before the first byte of a read at a vendor";
  return "before something is sent";
}

/// A sync of the folder; ours says fsync, SQLite's fdatasync.
bool of_folder(const std::string& line, const char* call) { return has(line, call) && !has(line, "/handoff.db"); }

/// "21<socket:[488735]>" of a line about it.
std::string connection_of(const std::string& line) {
  std::size_t from = line.find('(') + 1;
  return line.substr(from, line.find('>', from) - from);
}

/// The lines of a trace of many threads, in which a call may begin in one and end in a later one.
class WholeCalls {
 public:
  explicit WholeCalls(const std::string& log) : in_(log) {}

  bool next() {
    if (!std::getline(in_, line_)) return false;
    const std::string thread = line_.substr(0, line_.find(' '));
    begun_ = ++number_;
    ended_ = !has(line_, "<unfinished ...>");
    if (!ended_) open_[thread] = {line_, number_};
    if (!has(line_, " resumed>")) return true;
    line_ = open_[thread].first + line_;
    begun_ = open_[thread].second;
    return true;
  }
  const std::string& line() const { return line_; }  // from its beginning, where it ends in this one
  std::size_t number() const { return number_; }
  std::size_t begun() const { return begun_; }
  bool ended() const { return ended_; }

 private:
  std::ifstream in_;
  std::string line_;
  std::size_t number_ = 0, begun_ = 0;
  bool ended_ = false;
  std::map<std::string, std::pair<std::string, std::size_t>> open_;
};

double seconds_of(const std::string& line) {
  std::size_t space = line.find_first_not_of(' ', line.find(' '));
  return space == std::string::npos ? 0 : std::strtod(line.c_str() + space, nullptr);
}

}  // namespace

bool can_trace() { return std::system("strace -f -q -o /dev/null -e trace=fsync true 2>/dev/null") == 0; }

std::vector<std::string> traced(const std::string& log, const std::string& injection) {
  return {"/usr/bin/env", "strace", "-f", "-q", "-y",         "-ttt", "-s",
          "24",           "-o",     log,  "-e", kSystemCalls, "-e",   "inject=" + injection};
}

std::vector<std::string> watched(const std::string& log) {
  return {"/usr/bin/env", "strace", "-D", "-f", "-q", "-y",
          "-s",           "24",     "-o", log,  "-e", "trace=fdatasync,fsync,sendmsg,sendto,recvmsg,recvfrom"};
}

Trace read_trace(const std::string& log) {
  Trace out;
  std::ifstream in(log);
  double injected_at = 0;
  bool folder_is_safe = false;  // the hub synced it by itself, once the log had its name
  std::string last;
  for (std::string line; std::getline(in, line);) {
    bool exit = has(line, "+++ exited with") || has(line, "+++ killed by");
    if (exit) {
      out.killed = out.killed || has(line, "+++ killed by SIGKILL");
      if (out.injected) out.until_exit_s = seconds_of(line) - injected_at;
      continue;
    }
    if (out.injected && has(line, "sendmsg(") && seconds_of(line) - injected_at > kBeside) {
      std::string what = in_words(line);
      if (has(what.c_str(), "an acknowledgement") || has(what.c_str(), "at a vendor") ||
          has(what.c_str(), "to a vendor"))
        out.after.push_back(line);
    }
    if (of_folder(line, " fsync(") && has(line, "= 0")) folder_is_safe = true;
    bool repeated = folder_is_safe && of_folder(line, "fdatasync(");
    if (repeated && has(line, "(INJECTED)")) out.point = "before SQLite's own sync of a folder that is safe already";
    if (!out.injected && has(line, "(INJECTED)") && !repeated) {
      out.injected = true;
      out.point = in_words(line);
      injected_at = seconds_of(line);
    }
    bool unfinished = has(last.c_str(), " = ?");  // the call in which the process was killed
    if (has(line, "(") && !unfinished) last = line;
  }
  if (!out.injected && out.point.empty()) out.point = in_words(last);
  return out;
}

Acknowledgements read_acknowledgements(const std::string& log) {
  Acknowledgements out;
  std::map<std::string, std::size_t> read_at;  // by connection: the line in which its request was there
  std::size_t synced_from = 0;                 // in which the newest of the syncs that have ended began
  WholeCalls calls(log);
  while (calls.next()) {
    const std::string& call = calls.line();
    if (calls.ended() && has(call, "sync(") && has(call, "-wal>") && has(call, "= 0"))
      synced_from = std::max(synced_from, calls.begun());
    if (calls.ended() && has(call, " recv") && has(call, "\"POST /v1/register/credit"))
      read_at[connection_of(call)] = calls.number();
    if (!has(call, " send") || !has(call, "\"HTTP/1.1 2")) continue;
    auto request = read_at.find(connection_of(call));
    if (request == read_at.end()) continue;
    synced_from > request->second ? void(++out.synced) : out.unsynced.push_back(call);
    read_at.erase(request);
  }
  return out;
}

}  // namespace handoff::crash
