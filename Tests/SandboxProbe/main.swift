// Enters the sandbox and then attempts what its argument names. Exits with 0 if the attempt succeeds.

internal import CLinux
internal import Glibc
internal import Sandbox

let attempt = CommandLine.arguments.dropFirst().first ?? ""
// Read before entering the sandbox, which forbids the call.
let parent = getppid()
try Sandbox.enter()

switch attempt {
case "compute":
  let numbers = (0..<5_000_000).map { $0 &* 31 }
  exit(numbers.reduce(0, &+) == 1 ? 1 : 0)
case "read a file": exit(unsafe open("/etc/passwd", O_RDONLY) >= 0 ? 0 : 1)
case "write a file": exit(unsafe open("/tmp/misfire-probe", O_WRONLY | O_CREAT, 0o600) >= 0 ? 0 : 1)
case "open a socket": exit(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) >= 0 ? 0 : 1)
case "start a program": exit(unsafe execv("/bin/true", [nil]))
case "see other processes": exit(kill(parent, 0))
case "signal its parent": exit(clinux_signal_thread(parent, parent, 0))
case "signal everybody": exit(clinux_signal_thread(-1, parent, 0))
case "ask for its parent's processors":
  exit(clinux_ask_for_processors(parent) >= 0 ? 0 : 1)
case "read its parent's clock":
  // Computes the clock's number as clock_getcpuclockid(3) does.
  var time = timespec()
  exit(unsafe clock_gettime(~parent << 3 | 2, &time))
case "take a page out of use":
  let page = unsafe mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  // MADV_SOFT_OFFLINE; MADV_HWPOISON would really poison the page.
  exit(unsafe madvise(page, 4096, 101) == 0 ? 0 : 1)
case "inherit a priority":
  exit(clinux_lock_inheriting_priority())
case "abort": abort()
case "wait":
  // Like an idle decoder. After a stop and a continuation, the kernel resumes the call through a system call of its
  // own.
  unsafe write(1, "waiting\n", 8)
  var nothing = pollfd(fd: 0, events: 0, revents: 0)
  exit(unsafe poll(&nothing, 0, 2_000))
case "run what it wrote":
  let code = unsafe mmap(nil, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  exit(unsafe code == MAP_FAILED ? 1 : 0)
case "start a thread":
  var thread = pthread_t()
  exit(unsafe pthread_create(&thread, nil, { _ in nil }, nil))
default: exit(64)
}
