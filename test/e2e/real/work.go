// Work for Go: goroutines that are preempted, processes, files, a socket.
package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"
)

func spin(n int) int {
	s := 0
	for i := 0; i < 20000000; i++ {
		s += i ^ n
	}
	return s
}

func main() {
	var wg sync.WaitGroup
	errors := make(chan error, 1000)
	for g := 0; g < 16; g++ {
		wg.Add(1)
		go func(g int) {
			defer wg.Done()
			spin(g)
			for i := 0; i < 100; i++ {
				if _, err := os.ReadFile("/etc/passwd"); err != nil {
					errors <- err
				}
			}
			err := exec.Command("sh", "-c", fmt.Sprintf("exit %d", g)).Run()
			if (err == nil) != (g == 0) {
				errors <- fmt.Errorf("exit %d: %v", g, err)
			}
		}(g)
	}
	wg.Wait()
	close(errors)
	for err := range errors {
		fmt.Println(err)
	}
	l, err := net.Listen("unix", "socket")
	if err != nil {
		panic(err)
	}
	go func() {
		c, _ := l.Accept()
		fmt.Fprintln(c, "hello")
		c.Close()
	}()
	c, err := net.Dial("unix", "socket")
	if err != nil {
		panic(err)
	}
	var word string
	fmt.Fscan(c, &word)
	fmt.Println(word)
	l.Close()
	ch := make(chan os.Signal, 1)
	signal.Notify(ch, syscall.SIGTERM)
	syscall.Kill(os.Getpid(), syscall.SIGTERM)
	fmt.Println(<-ch)
	os.Exit(83)
}
