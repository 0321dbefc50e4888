#include <stddef.h>
#include <sys/inotify.h>
#include <sys/vfs.h>
#include <inotifytools/inotify.h>
#include <inotifytools/inotifytools.h>
