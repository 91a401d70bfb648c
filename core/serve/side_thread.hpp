#pragma once
// A thread for what the io thread may not wait for: a disk, a connector's step.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "core/net/io_loop.hpp"

namespace handoff::serve {

/// Does one job after the other. `loop` must outlive it.
class SideThread {
 public:
  explicit SideThread(net::IoLoop& loop) : loop_(loop), thread_([this] { work(); }) {}
  /// Waits for the job under way; forgets the others, and what would have followed.
  ~SideThread();
  SideThread(const SideThread&) = delete;
  SideThread& operator=(const SideThread&) = delete;

  /// Runs `job` here, and afterwards `then` on the io thread. [any thread]
  void run(net::Task job, net::Task then);

 private:
  void work();

  net::IoLoop& loop_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::pair<net::Task, net::Task>> jobs_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all the others
};

}  // namespace handoff::serve
