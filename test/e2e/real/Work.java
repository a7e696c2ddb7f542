// Work for the JVM: threads, processes, files, a server on loopback.
import java.io.*;
import java.net.*;
import java.nio.file.*;
import java.util.concurrent.*;
import java.util.stream.*;

public class Work {
	public static void main(String[] args) throws Exception {
		ExecutorService pool = Executors.newFixedThreadPool(8);
		Future<Integer> sum = pool.submit(() ->
			IntStream.range(0, 1000).parallel().sum());
		System.out.println(sum.get());
		for (int i = 0; i < 5; i++)
			System.out.println(new ProcessBuilder("sh", "-c",
				"exit " + i).start().waitFor());
		Path file = Files.createTempFile("work", null);
		Files.writeString(file, "text");
		System.out.println(Files.readString(file));
		Files.delete(file);
		try (ServerSocket server = new ServerSocket(0, 5,
				InetAddress.getLoopbackAddress())) {
			pool.submit(() -> {
				try (Socket s = server.accept()) {
					s.getOutputStream().write('x');
				}
				return null;
			});
			try (Socket s = new Socket(server.getInetAddress(),
					server.getLocalPort())) {
				System.out.println(s.getInputStream().read());
			}
		}
		System.gc();
		pool.shutdown();
		Runtime.getRuntime().addShutdownHook(new Thread(() ->
			System.out.println("hook")));
		System.exit(82);
	}
}
