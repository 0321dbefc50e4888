// Durable
