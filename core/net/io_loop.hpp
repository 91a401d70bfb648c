#pragma once
// A thread that owns sockets and deadlines: registers have one, all else has the other (docs/adr/0005-network.md).

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace handoff::net {

using Task = std::move_only_function<void()>;

/// Names a pending after() for cancel().
struct TimerId {
  std::chrono::steady_clock::time_point at;
  std::uint64_t number = 0;
  auto operator<=>(const TimerId&) const = default;
};

/// Runs tasks, timers and socket events on the thread that calls run(). Outlives every Server and AsioTransport made
/// with it. A task that throws ends the process: there is nobody to tell.
class IoLoop {
 public:
  IoLoop();
  ~IoLoop();
  IoLoop(const IoLoop&) = delete;
  IoLoop& operator=(const IoLoop&) = delete;

  /// Makes the calling thread the io thread until stop(). Once per loop.
  void run();
  /// run() returns after the task at hand and those posted before. [any thread]
  void stop();

  /// Runs `task` on the io thread soon, in the order of posting. Many posts cost one wakeup. [any thread]
  void post(Task task);
  /// Runs `task` not before `delay` has passed. [io thread, or before run()]
  TimerId after(std::chrono::milliseconds delay, Task task);
  /// Forgets a pending task; harmless if it ran. [io thread, or before run()]
  void cancel(TimerId id);

  /// Runs `task` on the io thread and waits for it; runs it here if this is that thread or nobody runs the loop.
  /// [any thread]
  void run_and_wait(Task task);
  bool on_io_thread() const;

  struct Impl;  // Asio, for the sources of this folder
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// An IoLoop with its thread. Stops and joins at the end.
class IoThread {
 public:
  /// `name`: what `top -H` and a debugger call the thread; at most 15 characters.
  explicit IoThread(std::string name = "io");
  ~IoThread() {
    loop_.stop();
    thread_.join();
  }
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;
  IoLoop& loop() { return loop_; }

 private:
  IoLoop loop_;
  std::thread thread_;
};

}  // namespace handoff::net
