/*
 * Load for WebSocket servers, in C so that one core of it keeps a server of any kind busy: frames
 * made beforehand, answers counted by their heads. Prints one line of JSON with the messages that
 * came and the time that took.
 *
 *   cc -O2 -o ws_load ws_load.c
 *   ws_load PORT CONNECTIONS IN_FLIGHT SECONDS FRAME_FILE [compress] [broadcast]
 *
 * The file holds one masked frame. With `broadcast`, only the first connection sends.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER_BYTES = 256 * 1024, WARM_MS = 500, MAX_EVENTS = 256 };

struct peer {
  int fd;
  int blocked;       /* whether it waits for room to write */
  uint64_t unsent;   /* bytes of frames that are due */
  size_t at;         /* where in the frame the next of them lies */
  uint64_t left;     /* what is still to come of a message */
  int head;          /* bytes of a head that came in part */
  unsigned char partial[10];
};

static unsigned char buffer[BUFFER_BYTES];
static unsigned char *block;      /* the frame, again and again */
static size_t frame_bytes, block_bytes;
static int epoll;
static uint64_t received;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static double now_ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static void read_frame(const char *path, int in_flight) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) die(path);
  fseek(file, 0, SEEK_END);
  frame_bytes = ftell(file);
  rewind(file);
  size_t copies = in_flight > 1 ? in_flight : 1;
  block_bytes = frame_bytes * copies;
  block = malloc(block_bytes);
  if (block == NULL || fread(block, 1, frame_bytes, file) != frame_bytes) die(path);
  for (size_t copy = 1; copy < copies; copy++) memcpy(block + copy * frame_bytes, block, frame_bytes);
  fclose(file);
}

static void watch(struct peer *peer, int operation) {
  struct epoll_event event = {.events = EPOLLIN | (peer->blocked ? EPOLLOUT : 0), .data.ptr = peer};
  if (epoll_ctl(epoll, operation, peer->fd, &event) < 0) die("epoll_ctl");
}

static void open_peer(struct peer *peer, int port, int compress) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  peer->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (peer->fd < 0 || connect(peer->fd, (struct sockaddr *)&address, sizeof address) < 0) die("connect");
  int on = 1;
  setsockopt(peer->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  char request[512];
  int length = snprintf(request, sizeof request,
    "GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
    "sec-websocket-version: 13\r\n%ssec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    compress ? "sec-websocket-extensions: permessage-deflate; server_no_context_takeover; "
               "client_no_context_takeover\r\n" : "");
  if (write(peer->fd, request, length) != length) die("write");
  uint32_t tail = 0;
  unsigned char byte;
  while (tail != 0x0d0a0d0a) {
    if (read(peer->fd, &byte, 1) != 1) die("handshake");
    tail = tail << 8 | byte;
  }
  fcntl(peer->fd, F_SETFL, O_NONBLOCK);
  watch(peer, EPOLL_CTL_ADD);
}

static void send_due(struct peer *peer) {
  while (peer->unsent > 0) {
    size_t count = block_bytes - peer->at;
    if (count > peer->unsent) count = peer->unsent;
    ssize_t sent = send(peer->fd, block + peer->at, count, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno != EAGAIN) die("send");
      if (!peer->blocked) peer->blocked = 1, watch(peer, EPOLL_CTL_MOD);
      return;
    }
    peer->unsent -= sent;
    peer->at = (peer->at + sent) % frame_bytes;
  }
  if (peer->blocked) peer->blocked = 0, watch(peer, EPOLL_CTL_MOD);
}

/* The payload's length as a head tells it, or -1 while it is not whole. `size` is the head's. */
static int64_t parse_head(const unsigned char *head, int have, int *size) {
  if (have < 2) return -1;
  int length = head[1] & 127;
  *size = length < 126 ? 2 : length == 126 ? 4 : 10;
  if (have < *size) return -1;
  if (length < 126) return length;
  if (length == 126) return head[2] << 8 | head[3];
  int64_t whole = 0;
  for (int at = 2; at < 10; at++) whole = whole << 8 | head[at];
  return whole;
}

static uint64_t count_messages(struct peer *peer, const unsigned char *bytes, size_t end) {
  uint64_t whole = 0;
  size_t at = 0;
  while (at < end) {
    if (peer->left == 0) {
      int size;
      int64_t length;
      if (peer->head > 0 || end - at < 10) {
        peer->partial[peer->head++] = bytes[at++];
        length = parse_head(peer->partial, peer->head, &size);
        if (length < 0) continue;
        peer->head = 0;
      } else {
        length = parse_head(bytes + at, 10, &size);
        at += size;
      }
      peer->left = length;
    }
    uint64_t part = end - at < peer->left ? end - at : peer->left;
    at += part;
    peer->left -= part;
    if (peer->left == 0) whole++;
  }
  return whole;
}

static void take(struct peer *peer, int sends) {
  ssize_t count = read(peer->fd, buffer, sizeof buffer);
  if (count == 0) fprintf(stderr, "The server hung up\n"), exit(1);
  if (count < 0) {
    if (errno == EAGAIN) return;
    die("read");
  }
  uint64_t whole = count_messages(peer, buffer, count);
  received += whole;
  if (sends && whole > 0) {
    peer->unsent += whole * frame_bytes;
    send_due(peer);
  }
}

int main(int argc, char **argv) {
  if (argc < 6) return 2;
  int connections = atoi(argv[2]), in_flight = atoi(argv[3]), compress = 0, broadcast = 0;
  double seconds = atof(argv[4]);
  for (int at = 6; at < argc; at++) {
    compress |= strcmp(argv[at], "compress") == 0;
    broadcast |= strcmp(argv[at], "broadcast") == 0;
  }
  read_frame(argv[5], in_flight);
  epoll = epoll_create1(0);
  struct peer *peers = calloc(connections, sizeof *peers);
  for (int at = 0; at < connections; at++) open_peer(&peers[at], atoi(argv[1]), compress);
  for (int at = 0; at < (broadcast ? 1 : connections); at++) {
    peers[at].unsent = (uint64_t)in_flight * frame_bytes;
    send_due(&peers[at]);
  }
  struct epoll_event events[MAX_EVENTS];
  double start = now_ms(), from = start + WARM_MS, until = from + seconds * 1e3, now;
  uint64_t before = 0, warm = 0;
  while ((now = now_ms()) < until) {
    if (!warm && now >= from) warm = 1, before = received, from = now;
    int count = epoll_wait(epoll, events, MAX_EVENTS, 100);
    for (int at = 0; at < count; at++) {
      struct peer *peer = events[at].data.ptr;
      if (events[at].events & EPOLLOUT) send_due(peer);
      if (events[at].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) take(peer, !broadcast || peer == peers);
    }
  }
  printf("{\"messages\":%llu,\"total\":%llu,\"seconds\":%f}\n", (unsigned long long)(received - before),
         (unsigned long long)received, (now - from) / 1e3);
  return 0;
}
