// This program once more, with a hidden test case as its command, to be killed in the middle of what it does. (A fork of
// a process with threads could not open databases safely.)
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace cp::test {

/// One line from within, for the one that kills: written at once, into a pipe that keeps what a killed process wrote.
void tell(const std::string& line);

class Doomed {
 public:
  /// `settings` are variables of its environment, `NAME=value`.
  Doomed(std::string test_case, std::vector<std::string> settings);
  ~Doomed();
  Doomed(const Doomed&) = delete;
  Doomed& operator=(const Doomed&) = delete;

  /// Waits for its first line; false where it ends without one.
  bool wait_until_ready();
  void kill();
  /// The signal; below nothing where it had ended by itself.
  [[nodiscard]] int died_by() const { return died_by_; }
  /// All lines after the one that it was ready with; once it is dead.
  std::vector<std::string> told();

 private:
  pid_t process_ = 0;
  int pipe_ = -1;
  int died_by_ = 0;
};

}  // namespace cp::test
