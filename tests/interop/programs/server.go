// Go's server over TLS, with the routes of the sample handler and some that only a client is
// interested in: `go run server.go <certificate file> <key file>`. Prints `ready PORT`; ends with its
// standard input.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

var server http.Server

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	server.Handler = http.HandlerFunc(serve)
	server.ErrorLog = log.New(io.Discard, "", 0)
	go server.ServeTLS(listener, os.Args[1], os.Args[2])
	fmt.Printf("ready %d\n", listener.Addr().(*net.TCPAddr).Port)
	io.Copy(io.Discard, os.Stdin)
}

func serve(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(r.URL.Path, "/")
	argument := 0
	if len(parts) > 2 {
		argument, _ = strconv.Atoi(parts[2])
	}
	switch parts[1] {
	case "":
		io.WriteString(w, "hello")
	case "request":
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("content-type", "application/json")
		json.NewEncoder(w).Encode(map[string]string{
			"method": r.Method, "url": r.URL.String(), "protocol": r.Proto, "body": string(body),
		})
	case "echo":
		// Both ways at once.
		http.NewResponseController(w).Flush()
		io.Copy(w, r.Body)
	case "bytes":
		w.Header().Set("content-length", strconv.Itoa(argument))
		w.Write(pattern(argument))
	case "stream":
		all := pattern(argument)
		for at := 0; at < len(all); at += 10_000 {
			if _, err := w.Write(all[at:min(at+10_000, len(all))]); err != nil {
				return
			}
			http.NewResponseController(w).Flush()
		}
	case "status":
		w.WriteHeader(argument)
	case "hints":
		w.Header().Set("link", "</style.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		w.Header().Del("link")
		io.WriteString(w, "hinted")
	case "trailers":
		w.Header().Set("trailer", "x-checksum")
		io.WriteString(w, "body")
		w.Header().Set("x-checksum", "abc")
	case "leave":
		// Whoever was asked before the GOAWAY is answered behind it.
		go server.Shutdown(context.Background())
		time.Sleep(200 * time.Millisecond)
		io.WriteString(w, "left")
	case "abort":
		io.WriteString(w, "short")
		http.NewResponseController(w).Flush()
		time.Sleep(50 * time.Millisecond)
		panic(http.ErrAbortHandler)
	default:
		w.WriteHeader(404)
	}
}

func pattern(size int) []byte {
	all := make([]byte, size)
	for index := range all {
		all[index] = byte(index*31 + index>>8)
	}
	return all
}
