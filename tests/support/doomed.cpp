#include "tests/support/doomed.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <sstream>

namespace cp::test {
namespace {

constexpr int pipe_within = 3;

}  // namespace

void tell(const std::string& line) {
  const auto text = line + "\n";
  if (::write(pipe_within, text.data(), text.size()) != static_cast<ssize_t>(text.size())) ::_exit(1);
}

Doomed::Doomed(std::string test_case, std::vector<std::string> settings) {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  std::vector<char*> variables;
  for (auto& setting : settings) variables.push_back(setting.data());
  for (char** variable = environ; *variable; ++variable) variables.push_back(*variable);
  variables.push_back(nullptr);
  std::string program = "/proc/self/exe";
  std::vector<char*> arguments = {program.data(), test_case.data(), nullptr};
  process_ = ::fork();
  REQUIRE(process_ >= 0);
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(ends[1], pipe_within);
    if (ends[1] == pipe_within) ::fcntl(pipe_within, F_SETFD, 0);
    ::execve(program.c_str(), arguments.data(), variables.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  pipe_ = ends[0];
}

Doomed::~Doomed() {
  kill();
  ::close(pipe_);
}

bool Doomed::wait_until_ready() {
  char byte = 0;
  while (::read(pipe_, &byte, 1) == 1) {
    if (byte == '\n') return true;
  }
  return false;
}

void Doomed::kill() {
  if (process_ == 0) return;
  ::kill(process_, SIGKILL);
  int status = 0;
  ::waitpid(process_, &status, 0);
  died_by_ = WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status);
  process_ = 0;
}

std::vector<std::string> Doomed::told() {
  std::string text;
  char buffer[65'536];
  for (ssize_t size = 0; (size = ::read(pipe_, buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(size));
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace cp::test
