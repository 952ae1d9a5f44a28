<?php
/**
 * What the WooCommerce example needs of WordPress, so that it can run without one. It prints the tab
 * with the reviews, twice: the second time Starling must not be asked.
 *
 *     php woocommerce-page.php PLUGIN STARLING_API PRODUCT_ID PRODUCT_NAME
 */

[ , $plugin, $api, $id, $name ] = $argv;
define( 'ABSPATH', __DIR__ );
define( 'STARLING_API', $api );
define( 'STARLING_CDN', 'https://cdn.example.com' );

$filters    = array();
$transients = array();
$requests   = 0;

function add_filter( string $hook, callable $call ): void {
	$GLOBALS['filters'][ $hook ] = $call;
}
function add_action( string $hook, callable $call ): void {
	add_filter( $hook, $call );
}
function __( string $text ): string {
	return $text;
}
function is_product(): bool {
	return true;
}
function wp_enqueue_style(): void {}
function wp_enqueue_script(): void {}
function get_locale(): string {
	return 'de_AT';
}
function esc_attr( string $text ): string {
	return htmlspecialchars( $text, ENT_QUOTES );
}
function get_transient( string $key ): mixed {
	return $GLOBALS['transients'][ $key ] ?? false;
}
function set_transient( string $key, string $value ): void {
	$GLOBALS['transients'][ $key ] = $value;
}
function wp_remote_get( string $url, array $options ): mixed {
	++$GLOBALS['requests'];
	$context = stream_context_create( array( 'http' => array( 'timeout' => $options['timeout'] ) ) );
	return @file_get_contents( $url, false, $context );
}
function is_wp_error( mixed $answer ): bool {
	return false === $answer;
}
function wp_remote_retrieve_response_code(): int {
	return 200;
}
function wp_remote_retrieve_body( string $answer ): string {
	return $answer;
}

$product = new class( $id, $name ) {
	public function __construct( private string $id, private string $name ) {}
	public function get_id(): string {
		return $this->id;
	}
	public function get_name(): string {
		return $this->name;
	}
};

require $plugin;
$filters['wp_enqueue_scripts']();
$tabs = $filters['woocommerce_product_tabs']( array( 'reviews' => array() ) );
assert( array( 'starling' ) === array_keys( $tabs ) );
ob_start();
$tabs['starling']['callback']();
ob_end_clean();
$tabs['starling']['callback']();
fwrite( STDERR, "requests $requests\n" . json_encode( $filters['wp_script_attributes']( array( 'id' => 'starling-reviews-js' ) ) ) );
